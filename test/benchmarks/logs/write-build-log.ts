/** A generator of numbers below 1 that gives the same row for the same seed (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
type Random = () => number;

const pick = <Item>(random: Random, items: readonly Item[]): Item => {
  const item = items[Math.floor(random() ** 1.5 * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

const syllables =
  'al an ar as at ba be bit buf ca cal con core ct da de di dim do el en er ex fa fft fi fo ge gr ha he hd id im in io ir is it ix ja je ke ker la le li lo ma mat me mi mo na ne ni no num ob on op or ot pa pe pi po ra re ri ro sa se si so st sub sy ta te ten ti to tr tu ty un ur us ut va ve vec vi vo wa we wi xi ya yo ze zi'.split(
    ' ',
  );
const makeWord = (random: Random): string =>
  Array.from({ length: 2 + Math.floor(random() * 3) }, () => pick(random, syllables)).join('');
const makeHex = (random: Random, length: number): string =>
  Array.from({ length }, () => Math.floor(random() * 16).toString(16)).join('');

/** Words that many packages share, and what compilers say; about as many as programmers use. */
const sharedRandom = createRandom(7);
const sharedWords = Array.from({ length: 30_000 }, () => makeWord(sharedRandom));
const projects = Array.from(
  { length: 3_000 },
  () => makeWord(sharedRandom) + (sharedRandom() < 0.3 ? `-${makeWord(sharedRandom)}` : ''),
);
const warnings = [
  'unused-parameter',
  'sign-compare',
  'maybe-uninitialized',
  'deprecated-declarations',
  'cast-function-type',
  'missing-field-initializers',
];

interface Package {
  readonly name: string;
  readonly version: string;
  readonly words: readonly string[];
  readonly flags: string;
}

const makePackage = (random: Random): Package => {
  const name = pick(random, projects);
  const version = `${Math.floor(random() * 5)}.${Math.floor(random() * 30)}.${Math.floor(random() * 20)}`;
  const words = Array.from({ length: 400 }, () =>
    random() < 0.6 ? pick(random, sharedWords) : `${makeWord(random)}_${makeWord(random)}`,
  );
  const flags = `-fno-strict-overflow -Wsign-compare -DNDEBUG -g -O3 -Wall -fPIC -I/work/src/${name}-${version}/include -I/usr/include/python3.12`;
  return { name, version, words, flags };
};

function writeLine(random: Random, project: Package, line: number): string {
  const word = (): string => pick(random, project.words);
  const file = `${word()}/${word()}.c`;
  const kind = random();
  if (kind < 0.3)
    return `gcc -pthread ${project.flags} -c ${project.name}/${file} -o build/temp.linux-s390x-cpython-312/${project.name}/${file.replace(/c$/, 'o')}`;
  if (kind < 0.45)
    return `${project.name}/${file}:${Math.floor(random() * 4000)}:${Math.floor(random() * 80)}: warning: '${word()}' may be used [-W${pick(random, warnings)}]`;
  if (kind < 0.55)
    return `  ${Math.floor(random() * 4000)} |     static int ${word()}_${word()}(struct ${word()} *${word()}, size_t ${word()}) {`;
  if (kind < 0.65) return `[${line}/${line + 900}] Building CXX object CMakeFiles/${word()}.dir/${file}.o`;
  if (kind < 0.72)
    return `copying ${project.name}/${word()}.py -> build/lib.linux-s390x-cpython-312/${project.name}`;
  if (kind < 0.78)
    return `   Compiling ${word()} v${Math.floor(random() * 3)}.${Math.floor(random() * 40)}.${Math.floor(random() * 9)}`;
  if (kind < 0.83)
    return `  Downloading https://index.invalid/packages/${makeHex(random, 2)}/${makeHex(random, 60)}/${word()}-${project.version}.tar.gz`;
  if (kind < 0.88) return `test_${word()}_${word()} (${project.name}.tests.test_${word()}.${word()}) ... ok`;
  if (kind < 0.93)
    return `/usr/bin/ld: ${word()}.o: in function '${word()}_${word()}': undefined reference to '${word()}_${word()}'`;
  if (kind < 0.96)
    return `0x${makeHex(random, 16)} in ${word()}_${word()} () from /usr/lib64/lib${word()}.so.${Math.floor(random() * 9)}`;
  return `${word()} ${word()} the ${word()} of ${word()} was not found; using ${word()} instead`;
}

export interface BuildLog {
  readonly name: string;
  readonly version: string;
  readonly text: string;
}

/** The log of one build as compilers and pip write it: 20 KB to 12 MB, mostly some hundred KB. The same for a seed. */
export function writeBuildLog(seed: number): BuildLog {
  const random = createRandom(seed);
  const project = makePackage(random);
  const bytes = Math.min(12_000_000, 20_000 * Math.exp(random() * 3 + random() * 3));
  const lines = [`Collecting ${project.name}==${project.version}`];
  for (let length = 0; length < bytes;) {
    const line = writeLine(random, project, lines.length);
    lines.push(line);
    length += line.length + 1;
  }
  lines.push(
    random() < 0.2
      ? `error: command '/usr/bin/gcc' failed with exit code 1`
      : `Successfully built ${project.name}`,
  );
  return { name: project.name, version: project.version, text: `${lines.join('\n')}\n` };
}
