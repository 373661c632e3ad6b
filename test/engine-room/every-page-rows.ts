import { v7 } from 'uuid';
import { addBuilds } from './build-rows.ts';
import { addHint } from './hint-rows.ts';
import { newEvent, postEvents } from './fleet-rows.ts';
import { addEnrolledServer, addServer, addWorkerOf } from './infra-rows.ts';
import { WrittenLog } from './log-rows.ts';
import type { PageVisit } from './page-visits.ts';
import { addLargePlan } from './plan-rows.ts';
import type { Room } from './room.ts';

export const markup =
  '<img src=x onerror="alert(1)"><script>alert(2)</script><style>body{display:none}</style>';
export const turning = 'safe\u202Egnp.exe \u2067\u001b[31mred\u001b[0m\u0007 \u200b';
export const long = 'n'.repeat(10_000);
const hostile = `${markup} ${turning} ${long}`;
/** Of the sentence with which an attempt ends (contracts). */
const mostOfMessage = 4_000;

/** Everything that a page can show, and in it, wherever somebody may write, text that would do harm were it not text. */
export async function addRowsForEveryPage(room: Room): Promise<Readonly<Record<string, PageVisit>>> {
  const { database } = room.controller;
  const { six, failed } = await addBuilds(room);
  const worker = await room.workers.add('a'.repeat(63), {
    health: { ok: false, problems: [markup, turning, long].map((text, n) => ({ code: `P${n}`, text })) },
  });
  const reason = `${markup} ${turning}`.slice(0, 500);
  await room.api('POST', `/workers/${worker.id}/quarantine`, { reason });
  await room.api('POST', '/pools', {
    name: 'forge',
    description: reason,
    profiles: { 'files.example.org': 'low_hit' },
    max_jobs: 8,
  });
  await addServer(room, 'crucible-host', { pool: 'forge' });
  const paused = await room.workers.add('crucible');
  await room.api('POST', `/workers/${paused.id}/pause`, { reason, for_s: 7200 });
  await postEvents(room.controller, [
    newEvent({ name: 'numpy', version: '2.1.0' }),
    newEvent({ name: 'wheel', status: 'reused' }),
  ]);
  const writing = await room.workers.add('writer');
  const claim = await writing.claim('scipy', '1.14.0', {
    python_tag: 'cp313',
    platform_tag: 'manylinux_2_28_s390x',
  });
  await room.api('POST', '/claims/pause', { reason });
  await new WrittenLog(room.controller, claim).write(`--- build: scipy\n${hostile}\n${markup}\n${turning}\n`);
  const server = await addEnrolledServer(room.controller, 'anvil-host');
  await addWorkerOf(room.controller, room.workers, server.serverId, 'anvil-host-worker');
  await room.api('PATCH', `/servers/${server.serverId}`, { labels: { arch: 's390x' } });
  await handIn(room, 'requirements.txt', 'numpy\n');
  const { id: hintId } = await addHint(room, { note: reason });
  const runId = `run_${v7()}`;
  await addLargePlan(room, runId, 60);
  // What the API would not let in: pages do not lean on it.
  const write = (table: string, change: string, id: string, text = hostile): Promise<unknown> =>
    database.query(`UPDATE ${table} SET ${change} WHERE id = $2`, [text, id]);
  await write('workers', 'hostname = $1', worker.id);
  await write('agents', 'hostname = $1, version = $1', server.agentId);
  await write('servers', 'description = $1, address = $1', server.serverId);
  await write('jobs', 'name = $1, version = $1', failed.jobId);
  const message = `error = jsonb_set(error, '{message}', to_jsonb($1::text))`;
  await write('attempts', message, failed.attemptId, hostile.slice(0, mostOfMessage));
  await database.query(
    `UPDATE plans SET document = jsonb_set(jsonb_set(document, '{nodes,1}', document #> '{nodes,1}' || jsonb_build_object(
       'reason', jsonb_build_object('code', 'no_wheel', 'text', $1::text), 'requires_python', $1::text,
       'extras', jsonb_build_array($1::text))), '{notes}', jsonb_build_array($1::text)) WHERE run_id = $2`,
    [hostile, runId],
  );
  await database.query(`UPDATE events SET detail = $1 WHERE status = 'failed'`, [hostile]);
  return {
    '/overview': { address: '/overview', text: 'All claims are paused', isHostile: true },
    '/workers': { address: '/workers', text: 'anvil', isHostile: true },
    '/workers/$workerId': { address: `/workers/${worker.id}`, text: 'Activity', isHostile: true },
    '/plans': { address: '/plans', text: 'p0020', isHostile: false },
    '/plans/new': { address: '/plans/new', text: 'Make the plan', isHostile: false },
    '/plans/$runId': { address: `/plans/${runId}?node=p0001%201.0`, text: 'p0001', isHostile: true },
    '/inputs': { address: '/inputs', text: 'requirements.txt', isHostile: false },
    '/hints': { address: '/hints?q=foo', text: /onerror/, isHostile: true },
    '/hints/new': { address: '/hints/new', text: 'Make the hint', isHostile: false },
    '/hints/$hintId': { address: `/hints/${hintId}`, text: 'Activity', isHostile: true },
    '/queue': { address: '/queue?tab=held', text: 'numpy', isHostile: true },
    '/jobs/$jobId': { address: `/jobs/${failed.jobId}`, text: 'Activity', isHostile: true },
    '/logs/$attemptId': { address: `/logs/${claim.attempt_id}`, text: 'being written', isHostile: true },
    '/provisioning': {
      address: `/provisioning?server=${server.serverId}&step=bundle`,
      text: 'Make a',
      isHostile: true,
    },
    '/servers': { address: '/servers', text: 'anvil-host', isHostile: false },
    '/servers/$serverId': { address: `/servers/${server.serverId}`, text: 'Activity', isHostile: true },
    '/servers/$serverId/edit': {
      address: `/servers/${server.serverId}/edit`,
      text: 'Archive…',
      isHostile: false,
    },
    '/pools': { address: '/pools?cols=name,description,actions', text: 'forge', isHostile: true },
    '/pools/$poolName': { address: '/pools/forge', text: 'Activity', isHostile: true },
    '/settings': { address: '/settings?tab=audit', text: 'POST /api/claims/pause', isHostile: true },
    '/history': { address: '/history', text: 'cffi', isHostile: true },
    '/packages': { address: '/packages', text: 'six', isHostile: false },
    '/packages/$name': { address: '/packages/six', text: '1.16.0', isHostile: false },
    '/failures': { address: '/failures', text: 'on one worker only', isHostile: true },
    '/artifacts': { address: '/artifacts', text: six.filename, isHostile: false },
    '/artifacts/$sha256': { address: `/artifacts/${six.sha256}`, text: '>=3.8', isHostile: false },
    '/index': { address: '/index', text: 'cp312-manylinux_2_28_s390x', isHostile: false },
  };
}

/** A file, as a person hands it in. */
async function handIn({ controller }: Room, name: string, text: string): Promise<void> {
  const form = new FormData();
  form.append('file', new Blob([text]), name);
  const answer = await fetch(`${controller.url}/api/inputs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${controller.adminToken}` },
    body: form,
  });
  if (answer.status !== 201) throw new Error(`the file was refused: ${await answer.text()}`);
}
