import { Menu, type MenuProps, useMantineColorScheme } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { call } from '../api/client.ts';
import { showKeys } from './key-list.tsx';
import { setSessionOver } from './session-over.ts';

const schemes = [
  ['auto', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

/** One's own profile, how the console looks, and the way out. */
export function ProfileMenu({ position, children }: Pick<MenuProps, 'position'> & { readonly children: ReactNode }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const signOut = useMutation({
    mutationFn: async ({ everywhere }: { readonly everywhere: boolean }) =>
      everywhere ? await call('DELETE /api/v1/sessions', {}) : await call('DELETE /api/v1/session', {}),
    onSuccess: async () => {
      queries.clear();
      setSessionOver(false);
      await navigate({ to: '/sign-in' });
    },
  });
  return (
    <Menu position={position ?? 'bottom-end'} width={224} withinPortal={false} floatingStrategy="fixed">
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/profile">
          My profile and API keys
        </Menu.Item>
        <Menu.Item onClick={showKeys} rightSection={<kbd>?</kbd>}>
          Keyboard
        </Menu.Item>
        <Menu.Label>Appearance</Menu.Label>
        {schemes.map(([scheme, label]) => (
          <Menu.Item
            key={scheme}
            aria-current={colorScheme === scheme}
            onClick={() => setColorScheme(scheme)}
            rightSection={colorScheme === scheme ? <IconCheck size={14} stroke={1.7} aria-hidden /> : undefined}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item onClick={() => signOut.mutate({ everywhere: false })}>Sign out</Menu.Item>
        <Menu.Item onClick={() => signOut.mutate({ everywhere: true })}>Sign out everywhere</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
