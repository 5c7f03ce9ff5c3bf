import { ActionIcon, Button, CopyButton } from '@mantine/core';
import { IconCheck, IconCopy, IconLinkOff, IconShieldCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { call } from '../../api/client.ts';
import { ErrorNote } from '../../components/note.tsx';
import { When } from '../../components/when.tsx';
import classes from './chain-band.module.css';

/** Whether the chain of records is whole. Verified is quiet; broken names the record and what still holds. */
export function useChain() {
  return useQuery({
    queryKey: ['log-verification'],
    queryFn: ({ signal }) => call('GET /api/v1/systemlog/verification', {}, signal),
    refetchOnWindowFocus: false,
  });
}

export function ChainBand({ chain }: { readonly chain: ReturnType<typeof useChain> }) {
  const verify = () => void chain.refetch();
  if (chain.isError) return <ErrorNote error={chain.error} retry={verify} />;
  if (chain.data === undefined) return <div className={classes['band']}>Reading every record of the chain …</div>;
  const { whole, records, brokenAt, reason, checkedAt, tookMs, headHash } = chain.data;
  const count = records.toLocaleString('en');
  if (!whole) {
    return (
      <div className={classes['band']} data-broken role="alert">
        <IconLinkOff size={20} stroke={1.6} aria-hidden />
        <div className={classes['text']}>
          <strong>The chain is broken at record {(brokenAt ?? 0).toLocaleString('en')}.</strong>
          <p>
            {reason} Checked <When at={checkedAt} />.
          </p>
          <div className={classes['buttons']}>
            <Button size="sm" component="a" href="/api/v1/systemlog/export" download="system-log.jsonl">
              Download evidence
            </Button>
            <Button size="sm" variant="default" onClick={verify} loading={chain.isFetching}>
              Verify again
            </Button>
          </div>
        </div>
      </div>
    );
  }
  return (
    <div className={classes['band']}>
      <IconShieldCheck size={20} stroke={1.6} aria-hidden />
      <div className={classes['text']}>
        <strong>The chain is complete.</strong> {records === 1 ? 'Its one record is' : `All ${count} records are`} as
        written, none missing or changed. Checked <When at={checkedAt} />, in {(tookMs / 1000).toFixed(1)} s.
      </div>
      <span className={classes['hash']}>
        Newest hash <code title={headHash}>{headHash.slice(0, 8)}</code>
        <CopyButton value={headHash}>
          {({ copied, copy }) => (
            <ActionIcon variant="subtle" color="gray" aria-label="Copy the newest hash" onClick={copy}>
              {copied ? (
                <IconCheck size={14} stroke={1.7} aria-hidden />
              ) : (
                <IconCopy size={14} stroke={1.7} aria-hidden />
              )}
            </ActionIcon>
          )}
        </CopyButton>
      </span>
      <Button size="sm" variant="default" onClick={verify} loading={chain.isFetching}>
        Verify now
      </Button>
    </div>
  );
}
