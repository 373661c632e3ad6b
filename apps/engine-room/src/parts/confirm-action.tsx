import { Button, Group, Loader, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement, type ReactNode } from 'react';
import type { z } from 'zod';
import { callApi, type ApiCall } from '../api/call-api.ts';
import { newIdempotencyKey } from '../api/new-key.ts';
import { Dialog } from './dialog.tsx';
import { ErrorNotice } from './error-notice.tsx';
import { nameHidden } from './hidden-characters.ts';
import { SafeText } from './safe-text.tsx';
import { showToast } from './toasts.ts';

interface Props<Answer extends z.ZodType> {
  readonly title: string;
  /** What happens, and what does not. */
  readonly explanation: ReactNode;
  /** Inputs of the deed itself; their values go into `toCall`. */
  readonly children?: ReactNode;
  readonly confirmLabel: string;
  /** The call, with the reason that was given. With `isDryRun` it must change nothing; null: there is no dry run of it. */
  readonly toCall: (reason: string, isDryRun: boolean) => ApiCall<Answer> | null;
  /** What the dry run says would happen. */
  readonly renderImpact?: (answer: z.output<Answer>) => ReactNode;
  /** For what cannot be undone: this has to be typed in, and a reason given. */
  readonly nameToType?: string;
  /** False where the API takes none. */
  readonly hasReason?: boolean;
  /** False while the inputs of the deed do not fit. */
  readonly isReady?: boolean;
  /** For the toast. */
  readonly done: string;
  /** Besides the closing, when it is done. */
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

/**
 * Asks before a deed: shows what it would do (by `dry_run`), takes a reason for the audit trail, and where it cannot be
 * undone has its name typed in. One key for all tries, so that a lost answer does nothing twice.
 */
export function ConfirmAction<Answer extends z.ZodType>(props: Props<Answer>): ReactElement {
  const {
    title,
    confirmLabel,
    toCall,
    nameToType,
    hasReason: takesReason = true,
    isReady = true,
    onClose,
  } = props;
  const client = useQueryClient();
  const [idempotencyKey] = useState(newIdempotencyKey);
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const deed = useMutation({
    mutationFn: async () => {
      const call = toCall(reason.trim(), false);
      return call === null ? null : callApi({ ...call, idempotencyKey });
    },
    onSuccess: async () => {
      showToast(props.done);
      onClose();
      props.onDone?.();
      await client.invalidateQueries({ predicate: ({ meta }) => meta?.live !== undefined });
    },
  });
  const isNamed = nameToType === undefined || typed === nameToType;
  const hasReason = nameToType === undefined || reason.trim() !== '';
  return (
    <Dialog isOpen onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady && isNamed && hasReason) deed.mutate();
        }}
      >
        <Stack>
          <Text size="sm" component="div">
            {props.explanation}
          </Text>
          {props.children}
          <Impact {...props} />
          {takesReason && (
            <Textarea
              label="Reason"
              description="Stands in the audit trail and beside the thing itself."
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              maxLength={500}
              required={nameToType !== undefined}
              rows={2}
              data-autofocus
            />
          )}
          {nameToType !== undefined && (
            <TextInput
              label={`Type ${nameHidden(nameToType)} to confirm`}
              value={typed}
              onChange={(event) => setTyped(event.currentTarget.value)}
              autoComplete="off"
              required
            />
          )}
          {deed.error !== null && <ErrorNotice what={title} error={deed.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              type="submit"
              {...(nameToType === undefined ? {} : { color: 'red' })}
              loading={deed.isPending}
              disabled={!isReady || !isNamed || !hasReason}
            >
              {confirmLabel}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

function Impact<Answer extends z.ZodType>({ toCall, renderImpact }: Props<Answer>): ReactElement | null {
  const call = toCall('', true);
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['dry-run', call?.path, call?.query, call?.body],
    queryFn: ({ signal }) => (call === null ? null : callApi(call, signal)),
    enabled: call !== null && renderImpact !== undefined,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  if (call === null || renderImpact === undefined) return null;
  return (
    <section aria-label="What it would do" aria-live="polite">
      {error !== null ? (
        <ErrorNotice what="The preview" error={error} onRetry={() => void refetch()} />
      ) : isPending || data === null ? (
        <Loader size="sm" aria-label="Asking what it would do" />
      ) : (
        renderImpact(data)
      )}
    </section>
  );
}

/** A list of what a deed touches, by name; the first few where there are many. */
export function ImpactList({
  items,
  none,
}: {
  readonly items: readonly string[];
  readonly none: string;
}): ReactElement {
  const most = 8;
  if (items.length === 0) return <Text size="sm">{none}</Text>;
  return (
    <Stack gap={4} component="ul" m={0} pl="md">
      {items.slice(0, most).map((item, index) => (
        <Text size="sm" component="li" key={index}>
          <SafeText text={item} max={160} />
        </Text>
      ))}
      {items.length > most && (
        <Text size="sm" component="li">
          and {items.length - most} more
        </Text>
      )}
    </Stack>
  );
}
