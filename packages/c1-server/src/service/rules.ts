import type {
  BatonServiceFinishTaskRequest,
  BatonServiceGetTasksRequest,
  BatonServiceHeartbeatRequest,
  BatonServiceHelloRequest,
  BatonServiceUploadAssetRequest_UploadData as UploadData,
  BatonServiceUploadAssetRequest_UploadEOF as UploadEOF,
  BatonServiceUploadAssetRequest_UploadMetadata as UploadMetadata,
} from '@baton-ts/protocol/connectorapi-v1';
import { BatonError, Code } from '@baton-ts/protocol/errors';

/** The declared rules of the requests (`service-protocol.md §13`). Every one throws `InvalidArgument` naming the field. */

const MAX_ANNOTATIONS = 16;
const MAX_TASKS = 100;
const MAX_CHUNK_BYTES = 1024 ** 2;
const SHA256_BYTES = 32;

export function checkHello(request: BatonServiceHelloRequest): void {
  checkHostId(request.hostId);
  // The declared pattern matches anything; meant is: empty or an id.
  if (request.taskId !== '') checkTaskId('task_id', request.taskId);
  const { buildInfo, osInfo } = request;
  const strings: readonly (readonly [string, string | undefined])[] = [
    ['build_info.lang_version', buildInfo?.langVersion],
    ['build_info.package', buildInfo?.package],
    ['build_info.package_version', buildInfo?.packageVersion],
    ['os_info.hostname', osInfo?.hostname],
    ['os_info.os', osInfo?.os],
    ['os_info.platform', osInfo?.platform],
    ['os_info.platform_version', osInfo?.platformVersion],
    ['os_info.platform_family', osInfo?.platformFamily],
    ['os_info.kernel_version', osInfo?.kernelVersion],
    ['os_info.kernel_arch', osInfo?.kernelArch],
    ['os_info.virtualization_system', osInfo?.virtualizationSystem],
  ];
  for (const [field, text = ''] of strings) checkLength(field, charactersOf(text), 0, 256, 'characters');
  checkMetadata(request.connectorMetadata);
  checkAnnotations('annotations', request.annotations);
}

export function checkGetTasks(request: BatonServiceGetTasksRequest): void {
  checkHostId(request.hostId);
  checkLength('page_size', request.pageSize, 1, MAX_TASKS, 'tasks');
  request.knownTaskIds.forEach((id, index) => checkTaskId(`known_task_ids[${index}]`, id));
  checkAnnotations('annotations', request.annotations);
}

export function checkHeartbeat(request: BatonServiceHeartbeatRequest): void {
  checkHostId(request.hostId);
  checkTaskId('task_id', request.taskId);
  checkLength('task_ids', request.taskIds.length, 0, MAX_TASKS, 'items');
  request.taskIds.forEach((id, index) => checkTaskId(`task_ids[${index}]`, id));
  checkAnnotations('annotations', request.annotations);
}

export function checkFinishTask(request: BatonServiceFinishTaskRequest): void {
  checkHostId(request.hostId);
  checkTaskId('task_id', request.taskId);
  const { finalState } = request;
  if (finalState.case === undefined) throw broken('final_state', 'must be error or success');
  checkAnnotations(`${finalState.case}.annotations`, finalState.value.annotations);
}

export function checkUploadMetadata(metadata: UploadMetadata): void {
  checkHostId(metadata.hostId, 'metadata.host_id');
  checkTaskId('metadata.task_id', metadata.taskId);
  checkAnnotations('metadata.annotations', metadata.annotations);
}

export function checkUploadData({ data }: UploadData): void {
  checkLength('data.data', data.length, 1, MAX_CHUNK_BYTES, 'bytes');
}

export function checkUploadEof({ sha256Checksum, annotations }: UploadEOF): void {
  checkLength('eof.sha256_checksum', sha256Checksum.length, SHA256_BYTES, SHA256_BYTES, 'bytes');
  checkAnnotations('eof.annotations', annotations);
}

export function checkHostId(hostId: string, field = 'host_id'): void {
  checkLength(field, charactersOf(hostId), 1, 256, 'characters');
}

function checkMetadata(metadata: BatonServiceHelloRequest['connectorMetadata']): void {
  if (metadata === undefined) throw broken('connector_metadata', 'is required');
  const { displayName, helpUrl, description } = metadata;
  checkLength('connector_metadata.display_name', Buffer.byteLength(displayName), 1, 1024, 'bytes');
  checkLength('connector_metadata.description', Buffer.byteLength(description), 0, 4096, 'bytes');
  checkLength('connector_metadata.help_url', Buffer.byteLength(helpUrl), 0, 1024, 'bytes');
  if (helpUrl !== '' && !(helpUrl.startsWith('https://') && URL.canParse(helpUrl))) {
    throw broken('connector_metadata.help_url', 'must be empty or an https:// address');
  }
}

function checkTaskId(field: string, id: string): void {
  if (!/^[a-zA-Z0-9]{27}$/.test(id)) throw broken(field, 'must be a task id: 27 letters and digits');
}

function checkAnnotations(field: string, annotations: readonly unknown[]): void {
  checkLength(field, annotations.length, 0, MAX_ANNOTATIONS, 'items');
}

function checkLength(field: string, length: number, min: number, max: number, unit: string): void {
  if (length >= min && length <= max) return;
  const allowed = min === max ? `${min}` : `${min} to ${max}`;
  throw broken(field, `must be ${allowed} ${unit}, not ${length}`);
}

/** `len` of the rules counts code points, not UTF-16 units. */
const charactersOf = (text: string): number => [...text].length;

const broken = (field: string, rule: string): BatonError => new BatonError(Code.InvalidArgument, `${field}: ${rule}`);
