import type { ClaimsStage } from './claims-stage.ts';
import type { HttpClient } from './http-client.ts';
import { runTurns, type Program } from './program.ts';

const chunksOfACycle = 10;

/** What a controller does over HTTP. */
export const httpPrograms = (stage: ClaimsStage, client: HttpClient): Program[] => {
  const overHttp = (name: string, turn: (lane: number) => Promise<void>): Program => ({
    name,
    fill: (waiting) => stage.topUp(waiting),
    run: (inFlight, count) => runTurns(inFlight, count, turn),
  });
  return [
    {
      ...overHttp('static route', () => client.get('/api/health/live')),
      fill: () => Promise.resolve(),
    },
    overHttp('claim', async (lane) => {
      await client.claim(lane);
    }),
    overHttp('claim + result', async (lane) => client.report(await client.claim(lane))),
    overHttp('whole cycle', async (lane) => {
      const claim = await client.claim(lane);
      await client.renew(lane, claim);
      await client.sendLog(claim, chunksOfACycle);
      await client.report(claim);
    }),
  ];
};
