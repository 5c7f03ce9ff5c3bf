export * from './gen/c1/ratelimit/v1/ratelimit_pb.ts';
