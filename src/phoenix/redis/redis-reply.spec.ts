import { NoReplyInTime, reasonOf } from './redis-reply.js';

const SECRET = 'value-of-the-command';

describe('The reason why Redis could not be used', () => {
  it.each([
    ['NOAUTH Authentication required.', 'NOAUTH'],
    ["NOPERM this user has no permissions to run the 'eval' command", 'NOPERM'],
    ["ERR The user executing the script can't run this command or subcommand", 'NOPERM'],
    ['ERR ACL failure in script: No permissions to access a channel', 'NOPERM'],
    [
      "ERR Error running script (call to f_0a1b): @user_script:4: The user executing the script can't run this command or subcommand",
      'NOPERM',
    ],
    [
      "ERR Error running script (call to f_0a1b): @user_script:4: @user_script: 4: -READONLY You can't write against a read only replica.",
      'READONLY',
    ],
    ['OOM command not allowed when used memory > maxmemory. script: 0a1b', 'OOM'],
    [`ERR wrong number of arguments ${SECRET}`, 'ERR'],
    [`something else ${SECRET}`, 'the connection failed'],
  ])('%s is %s', (message, reason) => {
    expect(reasonOf(new Error(message))).toBe(reason);
  });

  it('is the code of the system, or that no reply came', () => {
    expect(reasonOf(Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' }))).toBe(
      'ECONNREFUSED',
    );
    expect(reasonOf(new NoReplyInTime())).toBe('no reply in time');
  });
});
