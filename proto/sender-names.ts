/** The senders an assignment may name: how requests are carried. See docs/senders.md for which when. */
export const senderNames = ["wire", "http", "http2", "grpc", "none"] as const;

export type SenderName = (typeof senderNames)[number];

/** Our own HTTP/1.1 on the socket: the fastest, for http:// and https:// origins. */
export const usualSender: SenderName = "wire";

/** The one that looks names up at a target's own name server; the others are given addresses. */
export const namingSender: SenderName = "wire";
