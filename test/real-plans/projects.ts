/** A project whose plan is looked at; `lock` and `constraints` are made by uv for x86_64 first, as its users would. */
export interface RealProject {
  readonly name: string;
  readonly kind: 'requirements' | 'constraints' | 'lock';
  readonly words: string;
  readonly requirements: readonly string[];
}

export const realProjects: readonly RealProject[] = [
  {
    name: 'jupyter',
    kind: 'requirements',
    words: '`jupyter`, the newest of everything.',
    requirements: ['jupyter'],
  },
  {
    name: 'airflow',
    kind: 'constraints',
    words: '`apache-airflow` with two providers, under constraints that uv made for x86_64.',
    requirements: [
      'apache-airflow==2.10.5',
      'apache-airflow-providers-postgres',
      'apache-airflow-providers-celery',
    ],
  },
  {
    name: 'transformers',
    kind: 'requirements',
    words: 'A set around `transformers`; torch publishes no sdist.',
    requirements: [
      'transformers[torch]',
      'datasets',
      'tokenizers',
      'sentencepiece',
      'safetensors',
      'evaluate',
    ],
  },
  {
    name: 'lock-of-300',
    kind: 'lock',
    words: 'A `uv.lock` of some three hundred packages, made on x86_64 for every platform.',
    requirements: [
      'apache-airflow==2.10.5',
      'jupyter',
      'dask[complete]',
      'fastapi[standard]',
      'django',
      'celery[redis]',
      'scrapy',
      'streamlit',
      'scikit-learn',
      'matplotlib',
      'statsmodels',
      'seaborn',
      'mlflow-skinny',
      'boto3',
      'google-cloud-storage',
      'azure-storage-blob',
      'sphinx',
      'mkdocs-material',
      'pytest',
      'tox',
      'mypy',
      'ansible-core',
      'sentry-sdk',
      'elasticsearch',
      'psycopg[binary]',
      'pymongo',
      'grpcio-tools',
      'opentelemetry-distro',
    ],
  },
];
