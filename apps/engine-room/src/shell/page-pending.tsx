import { Loader } from '@mantine/core';
import type { ReactElement } from 'react';

export function PagePending(): ReactElement {
  return <Loader aria-label="The page is loading" m="xl" />;
}
