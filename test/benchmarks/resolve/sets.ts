/** What is resolved: real projects, from a handful of packages to some hundred. */
export interface RequirementSet {
  readonly name: string;
  readonly requirements: readonly string[];
}

export const requirementSets: readonly RequirementSet[] = [
  { name: 'flask', requirements: ['flask'] },
  { name: 'jupyter', requirements: ['jupyter'] },
  {
    name: 'science',
    requirements: ['pandas', 'scikit-learn', 'matplotlib', 'statsmodels', 'dask[complete]', 'jupyterlab'],
  },
  { name: 'transformers', requirements: ['transformers', 'datasets', 'tokenizers', 'evaluate', 'gradio'] },
  {
    name: 'airflow',
    requirements: [
      'apache-airflow==2.10.5',
      'apache-airflow-providers-postgres',
      'apache-airflow-providers-http',
    ],
  },
];
