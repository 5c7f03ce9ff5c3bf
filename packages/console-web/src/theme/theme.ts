import { Button, type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

const blue: MantineColorsTuple = [
  '#edf2ff',
  '#dbe4ff',
  '#bac8ff',
  '#9bb3ff',
  '#86a3ff',
  '#5c7cfa',
  '#3b5fe8',
  '#2853e0',
  '#2247c4',
  '#1b3aa3',
];

const px = (value: number): string => `${value / 16}rem`;

const heights: Readonly<Record<string, string>> = { xs: px(26), sm: px(28), md: px(32), lg: px(40) };
const isFilledDanger = (variant: string | undefined, color: unknown): boolean =>
  (variant ?? 'filled') === 'filled' && color === 'danger';

/** Most fields are needed: those that are not say so in their label. */
const field = { inputWrapperOrder: ['label', 'input', 'error', 'description'], withAsterisk: false };

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  respectReducedMotion: true,
  colors: { blue },
  fontFamily: 'var(--font-text)',
  fontFamilyMonospace: 'var(--font-mono)',
  fontSizes: { xs: px(12), sm: px(13), md: px(14), lg: px(16), xl: px(20) },
  lineHeights: { xs: px(16), sm: px(20), md: px(22), lg: px(24), xl: px(28) },
  spacing: { xs: px(4), sm: px(8), md: px(12), lg: px(16), xl: px(24) },
  radius: { xs: px(4), sm: px(6), md: px(8), lg: px(10), xl: px(12) },
  defaultRadius: 'sm',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: px(20), lineHeight: px(28) },
      h2: { fontSize: px(14), lineHeight: px(20) },
      h3: { fontSize: px(13), lineHeight: px(20) },
    },
  },
  components: {
    Button: Button.extend({
      defaultProps: { size: 'md' },
      vars: (_theme, { variant, color, size = 'md' }) => ({
        root: {
          '--button-height': heights[size] ?? heights['md'],
          '--button-fz': px(13),
          ...(isFilledDanger(variant, color)
            ? {
                '--button-bg': 'var(--danger-solid)',
                '--button-hover': 'var(--danger-solid-hover)',
                '--button-color': '#ffffff',
              }
            : (variant ?? 'filled') === 'filled'
              ? {
                  '--button-bg': 'var(--solid)',
                  '--button-hover': 'var(--solid-hover)',
                  '--button-color': 'var(--on-solid)',
                }
              : {
                  '--button-bg': variant === 'default' ? 'var(--surface)' : 'transparent',
                  '--button-hover': 'var(--hover)',
                  '--button-color':
                    color === 'danger' ? 'var(--critical)' : variant === 'default' ? 'var(--text)' : 'var(--text-2)',
                  ...(variant === 'default' && { '--button-bd': '1px solid var(--line-strong)' }),
                }),
        },
      }),
    }),
    TextInput: { defaultProps: field },
    NumberInput: { defaultProps: field },
    PasswordInput: { defaultProps: field },
    PillsInput: { defaultProps: field },
    TagsInput: { defaultProps: field },
    Textarea: { defaultProps: field },
    Select: { defaultProps: { ...field, withCheckIcon: false } },
    MultiSelect: { defaultProps: field },
    Modal: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' }, centered: false, yOffset: '10dvh' } },
    Drawer: { defaultProps: { closeButtonProps: { 'aria-label': 'Close' } } },
    // Without: an element that takes the focus and is no item of the menu.
    Menu: { defaultProps: { radius: 'md', withInitialFocusPlaceholder: false } },
  },
});

const variables = {
  '--mantine-color-text': 'var(--text)',
  '--mantine-color-body': 'var(--frame)',
  '--mantine-color-dimmed': 'var(--text-3)',
  '--mantine-color-placeholder': 'var(--text-3)',
  '--mantine-color-error': 'var(--critical)',
  '--mantine-color-default': 'var(--surface)',
  '--mantine-color-default-hover': 'var(--hover)',
  '--mantine-color-default-border': 'var(--line-strong)',
};

/** In both schemes: left out, Mantine's own placeholders and errors have too little contrast. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: variables, dark: variables });
