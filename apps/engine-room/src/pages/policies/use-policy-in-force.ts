import { getPolicyVersion, listPolicyVersions } from '../../api/settings-calls.ts';
import { useLiveQuery } from '../../live/use-live-query.ts';

/** As many versions as are looked through for the one in force; the newest come first. */
const looked = 50;

/** The version of the policy that the controller goes by, with its document, and the versions there are. */
export function usePolicyInForce() {
  const versions = useLiveQuery(listPolicyVersions({ limit: looked }), { topics: ['policies'] });
  const active = versions.data?.items.find(({ state }) => state === 'active');
  const detail = useLiveQuery(getPolicyVersion(active?.version ?? 0), {
    topics: ['policies'],
    isEnabled: active !== undefined,
  });
  return {
    versions: versions.data?.items,
    inForce: detail.data,
    error: versions.error ?? detail.error,
    refetch: async () => {
      await versions.refetch();
      if (active !== undefined) await detail.refetch();
    },
  };
}
