import { describeWithRedis } from '../support/redis-server.js';
import { flawsUnderLoad } from './steady-load.js';

describeWithRedis('four services under steady load, with tokens that live 8 seconds', () => {
  it('renew as often as one would, and never fail or hand out too short a life', async () => {
    const flaws = await flawsUnderLoad({
      loadSeconds: 15,
      lifetimeSeconds: 8,
      refreshAheadSeconds: 4,
      minRemainingSeconds: 2,
      pauseMs: 100,
    });

    expect(flaws).toEqual([]);
  });
});
