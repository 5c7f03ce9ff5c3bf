import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import classes from './export-button.module.css';
import { ErrorNote } from './note.tsx';

/** Saves the list as a file: the same filter, the visible columns, every row. */
export function ExportButton({
  name,
  load,
}: {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly load: () => Promise<Blob>;
}) {
  const save = useMutation({ mutationFn: async () => saveAs(await load(), fileName(name)) });
  return (
    <span className={classes['export']}>
      <Button
        variant="default"
        size="sm"
        loading={save.isPending}
        leftSection={<IconDownload size={14} stroke={1.7} aria-hidden />}
        onClick={() => save.mutate()}
      >
        Export CSV
      </Button>
      {save.isError && (
        <span className={classes['failed']}>
          <ErrorNote error={save.error} retry={() => save.mutate()} />
        </span>
      )}
    </span>
  );
}

function saveAs(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}

function fileName(name: string): string {
  const day = new Date().toLocaleDateString('sv-SE');
  return `${name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, '-')}-${day}.csv`;
}
