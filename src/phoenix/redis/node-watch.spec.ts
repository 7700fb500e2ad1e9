import { NodeWatch } from './node-watch.js';

const inScript = (code: string) => new Error(`ERR Error: @user_script: 5: -${code} no.`);

describe('Clients that watch the node they are on', () => {
  let left: string[];
  let nodes: NodeWatch;
  const first = () => void left.push('first');
  const second = () => void left.push('second');

  beforeEach(() => {
    left = [];
    nodes = new NodeWatch();
    nodes.join(first);
    nodes.join(second);
  });

  it.each(['READONLY', 'LOADING', 'MASTERDOWN'])('leave it together (%s)', (code) => {
    nodes.inspect(new Error(`${code} You cannot write here.`));
    expect(left).toEqual(['first', 'second']);
  });

  it('leave it when a script says so, and not more than once a second', () => {
    nodes.inspect(inScript('READONLY'));
    nodes.inspect(inScript('READONLY'));
    expect(left).toEqual(['first', 'second']);
  });

  it.each(['NOPERM', 'OOM', 'ERR', 'BUSY'])('stay for another reason (%s)', (code) => {
    nodes.inspect(new Error(`${code} The node is READONLY.`));
    expect(left).toEqual([]);
  });

  it('connect once more when another one found the new node, for they may have been too early', () => {
    expect(nodes.arrive(first)).toBe(false);
    nodes.inspect(new Error('READONLY no.'));
    left = [];
    expect(nodes.arrive(first)).toBe(true);
    expect(left).toEqual(['second']);
    expect(nodes.arrive(first)).toBe(false);
  });

  it('are left alone once they are gone', () => {
    const quit = nodes.join(() => void left.push('gone'));
    quit();
    nodes.inspect(new Error('READONLY no.'));
    expect(left).not.toContain('gone');
  });
});
