export type { DataColumn, TableSort } from './column.ts';
export { DataTable } from './data-table.tsx';
