import type { Entitlement, PersonRef } from '@baton-ts/console-api';
import { MultiSelect, Select, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { call } from '../../api/client.ts';
import { PersonPicker } from '../../components/person-picker.tsx';
import { riskLevels, riskTexts } from '../../components/risk-options.tsx';
import { titleOf } from './entitlement-text.ts';
import { FormDialog } from './form-dialog.tsx';
import { useFrameworks } from './use-frameworks.ts';

const asTheAppSays = 'APP';

/** What the company says of an entitlement beside what the app does: it survives every sync. */
export function EditEntitlement({
  entitlement,
  onClose,
}: {
  readonly entitlement: Entitlement;
  readonly onClose: () => void;
}) {
  const queries = useQueryClient();
  const [alias, setAlias] = useState(entitlement.alias);
  const [risk, setRisk] = useState<string>(entitlement.riskIsManual ? entitlement.riskLevel : asTheAppSays);
  const [chosen, setChosen] = useState<string[]>(entitlement.complianceFrameworks);
  const frameworks = useFrameworks(chosen);
  const [owners, setOwners] = useState<readonly PersonRef[]>(entitlement.owners);
  const save = useMutation({
    mutationFn: () =>
      call('POST /api/v1/apps/{app_id}/entitlements/{app_entitlement_id}', {
        params: { app_id: entitlement.appId, app_entitlement_id: entitlement.id },
        body: {
          ...(!entitlement.isBuiltIn && { alias }),
          riskLevel: riskLevels.find((level) => level === risk) ?? null,
          complianceFrameworks: chosen,
          ownerIds: owners.map(({ id }) => id),
        },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries();
      onClose();
    },
  });
  return (
    <FormDialog
      title={`What should be known about “${titleOf(entitlement)}”?`}
      button="Save changes"
      isPending={save.isPending}
      error={save.error}
      onSubmit={() => save.mutate()}
      onClose={onClose}
    >
      {!entitlement.isBuiltIn && (
        <TextInput
          label="Name in this console"
          placeholder={entitlement.displayName}
          description="Empty: as the app calls it."
          value={alias}
          onChange={({ currentTarget }) => setAlias(currentTarget.value)}
        />
      )}
      <Select
        label="Risk"
        allowDeselect={false}
        data={[
          { value: asTheAppSays, label: `As the connector says: ${riskTexts[entitlement.connectorRiskLevel]}` },
          ...riskLevels.map((value) => ({ value, label: riskTexts[value] })),
        ]}
        value={risk}
        onChange={(value) => setRisk(value ?? asTheAppSays)}
      />
      <MultiSelect
        label="Compliance frameworks"
        placeholder={chosen.length === 0 ? 'None' : ''}
        description="Settings has the list."
        data={[...frameworks]}
        value={chosen}
        onChange={setChosen}
        searchable
        hidePickedOptions
      />
      <PersonPicker label="Owners" people={owners} onChange={setOwners} />
    </FormDialog>
  );
}
