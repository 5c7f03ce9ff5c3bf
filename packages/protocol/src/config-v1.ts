export * from './gen/c1/config/v1/config_pb.ts';
export * from './gen/c1/config/v1/rules_pb.ts';
