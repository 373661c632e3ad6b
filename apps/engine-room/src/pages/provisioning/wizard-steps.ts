export const wizardSteps = ['server', 'bundle', 'install', 'verify'] as const;
export type WizardStep = (typeof wizardSteps)[number];

export const stepNames: Readonly<Record<WizardStep, string>> = {
  server: 'Server',
  bundle: 'Bundle',
  install: 'Install',
  verify: 'Verify',
};

/** What the address says: without a server there is only the first step. */
export function findStep(search: { readonly server?: string; readonly step?: string }): WizardStep {
  if (search.server === undefined) return 'server';
  return wizardSteps.find((step) => step === search.step) ?? 'bundle';
}
