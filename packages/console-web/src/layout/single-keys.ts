import { useLocalStorage } from '@mantine/hooks';

/** Whether letters alone are commands. Who speaks to the computer, or types with an aid, switches them off. */
export function useSingleKeys() {
  return useLocalStorage({ key: 'console-single-keys', defaultValue: true, getInitialValueInEffect: false });
}
