import type { BatonActionSchema } from '@baton-ts/protocol/connector-v2';

/** The actions and their arguments, for people. */
export function actionLines(schemas: readonly BatonActionSchema[]): string[] {
  return schemas.length === 0 ? ['There are no actions.'] : schemas.flatMap(linesOf);
}

function linesOf({ name, description, displayName, resourceTypeId, arguments: fields }: BatonActionSchema): string[] {
  const about = description || displayName;
  return [
    about === '' ? name : `${name}: ${about}`,
    ...(resourceTypeId === '' ? [] : [`  belongs to the resource type ${resourceTypeId}`]),
    ...fields.map((field) => {
      const kind = `${kindWord(field.field.case)}${field.isRequired ? ', required' : ''}`;
      const meaning = field.description || field.displayName;
      return `  ${field.name} (${kind})${meaning === '' ? '' : `: ${meaning}`}`;
    }),
  ];
}

/** `stringSliceField` becomes `string slice`. */
function kindWord(kind: string | undefined): string {
  return (kind ?? 'value').replace(/Field$/, '').replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
