// The messages of libp2p rendezvous, revision 3. Everything is optional on the wire, as in the specification.
import protobuf from 'protobufjs'

const SCHEMA = `
syntax = "proto2";

message Message {
  enum MessageType { REGISTER = 0; REGISTER_RESPONSE = 1; UNREGISTER = 2; DISCOVER = 3; DISCOVER_RESPONSE = 4; }
  enum ResponseStatus {
    OK = 0;
    E_INVALID_NAMESPACE = 100;
    E_INVALID_SIGNED_PEER_RECORD = 101;
    E_INVALID_TTL = 102;
    E_INVALID_COOKIE = 103;
    E_NOT_AUTHORIZED = 200;
    E_INTERNAL_ERROR = 300;
    E_UNAVAILABLE = 400;
  }

  message Register { optional string ns = 1; optional bytes signedPeerRecord = 2; optional uint64 ttl = 3; }
  message RegisterResponse { optional ResponseStatus status = 1; optional string statusText = 2; optional uint64 ttl = 3; }
  message Unregister { optional string ns = 1; }
  message Discover { optional string ns = 1; optional uint64 limit = 2; optional bytes cookie = 3; }
  message DiscoverResponse {
    repeated Register registrations = 1;
    optional bytes cookie = 2;
    optional ResponseStatus status = 3;
    optional string statusText = 4;
  }

  optional MessageType type = 1;
  optional Register register = 2;
  optional RegisterResponse registerResponse = 3;
  optional Unregister unregister = 4;
  optional Discover discover = 5;
  optional DiscoverResponse discoverResponse = 6;
}
`

export const Message = protobuf.parse(SCHEMA, { keepCase: true }).root.lookupType('Message')
export const { MessageType, ResponseStatus } = Message.nested
