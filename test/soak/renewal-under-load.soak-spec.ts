import { flawsUnderLoad } from '../redis/steady-load.js';
import { describeWithRedis } from '../support/redis-server.js';

describeWithRedis(
  'four services under two minutes of load, with tokens that live 20 seconds',
  () => {
    it('renew as often as one would, and never fail or hand out too short a life', async () => {
      const flaws = await flawsUnderLoad({
        loadSeconds: 120,
        lifetimeSeconds: 20,
        refreshAheadSeconds: 8,
        minRemainingSeconds: 5,
        pauseMs: 20,
      });

      expect(flaws).toEqual([]);
    });
  },
);
