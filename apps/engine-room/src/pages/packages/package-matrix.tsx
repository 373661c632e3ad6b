import type { ReactElement } from 'react';
import { SafeText } from '../../parts/safe-text.tsx';
import { StatusBadge } from '../../parts/status-badge.tsx';
import { ThingLink } from '../../parts/thing-link.tsx';
import { JobMenu } from '../jobs/job-menu.tsx';
import type { Matrix, MatrixCell } from './build-matrix.ts';
import classes from './packages.module.css';

/** Versions against targets: what there is, why not, and what can be done about it. */
export function PackageMatrix({ matrix }: { readonly matrix: Matrix }): ReactElement {
  const { versions, targets, cellOf } = matrix;
  return (
    <div className={classes.scroller} tabIndex={0} role="region" aria-label="Wheels by version and target">
      <table className={classes.matrix}>
        <thead>
          <tr>
            <th scope="col">Version</th>
            {targets.map(({ python, platform }) => (
              <th key={`${python} ${platform}`} scope="col">
                <SafeText text={python} max={40} /> <span className={classes.platform}>{platform}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {versions.map((version) => (
            <tr key={version}>
              <th scope="row">
                <span className={classes.version}>
                  <SafeText text={version} max={60} />
                </span>
              </th>
              {targets.map((target) => {
                const cell = cellOf(version, target);
                return (
                  <td key={`${target.python} ${target.platform}`}>
                    {cell === null ? (
                      <span className={classes.nothing}>not asked for</span>
                    ) : (
                      <Cell cell={cell} />
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ cell }: { readonly cell: MatrixCell }): ReactElement {
  const { status, reason, artifact, job, attemptId } = cell;
  return (
    <div className={classes.cell}>
      <StatusBadge status={status} />
      {artifact === null ? (
        reason !== '' && (
          <span className={classes.reason}>
            <SafeText text={reason} max={160} />
          </span>
        )
      ) : (
        <ThingLink kind="artifact" id={artifact.sha256} text={artifact.filename} />
      )}
      <span className={classes.links}>
        {attemptId !== null && <ThingLink kind="attempt" id={attemptId} text="Log" />}
        {job !== null && <ThingLink kind="job" id={job.job_id} text="Job" />}
        {job !== null && job.state !== 'succeeded' && (
          <JobMenu
            job={{
              jobId: job.job_id,
              title: `${job.name} ${job.version} for ${job.python_tag}`,
              priority: job.priority,
              holdsUp: job.holds_up ?? 0,
            }}
            state={job.state}
          />
        )}
      </span>
    </div>
  );
}
