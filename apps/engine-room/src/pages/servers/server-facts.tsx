import type { ServerView } from '@ironwheel/contracts';
import type { ReactElement } from 'react';
import { CopyButton } from '../../parts/copy-button.tsx';
import { Facts, type Fact } from '../../parts/facts.tsx';
import { Panel } from '../../parts/panel.tsx';
import { SafeText } from '../../parts/safe-text.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { Age, Time } from '../../parts/time.tsx';
import { writeBytes } from '../../parts/write-bytes.ts';

/** What is known of the host: by hand, and by its agent. */
export function ServerFacts({ server }: { readonly server: ServerView }): ReactElement {
  return (
    <Panel title="Facts" aside={<CopyButton text={server.server_id} label="Copy id" />}>
      <Facts
        facts={[
          ['Id', <code key="id">{server.server_id}</code>],
          ['Pool', <ThingLink key="pool" kind="pool" id={server.pool} />],
          ['Address', server.address === '' ? null : <SafeText key="address" text={server.address} />],
          ...listLoad(server),
          ...listAgent(server),
          ...Object.entries(server.labels).map(([name, value]): Fact => [
            name,
            <SafeText key={name} text={value} />,
          ]),
          ['Registered', <Time key="created" at={server.created_at} />],
          ['Revision', server.revision],
        ]}
      />
    </Panel>
  );
}

function listLoad({ load }: ServerView): Fact[] {
  if (load === null) return [];
  const used = (used_bytes: number, total: number): string =>
    `${writeBytes(used_bytes)} of ${writeBytes(total)}`;
  return [
    ['Load', `${load.load1.toFixed(2)} on ${load.cpus} processors`],
    ['Memory used', used(load.memory_used_bytes, load.memory_total_bytes)],
    ['Disk free', used(load.disk_free_bytes, load.disk_total_bytes)],
  ];
}

function listAgent({ agent }: ServerView): Fact[] {
  if (agent === null) return [['Agent', 'none is enrolled']];
  return [
    ['Agent', <code key="agent">{agent.agent_id}</code>],
    ['Agent version', <SafeText key="version" text={agent.version} />],
    ['Host name', <SafeText key="host" text={agent.hostname} />],
    ['Machine id', agent.machine_id === null ? null : <SafeText key="machine" text={agent.machine_id} />],
    ['Came from', agent.remote_addr],
    ['Agent enrolled', <Time key="enrolled" at={agent.enrolled_at} />],
    ['Agent heard', <Age key="seen" at={agent.last_seen_at} />],
  ];
}
