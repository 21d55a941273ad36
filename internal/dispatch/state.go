package dispatch

// State is where a text is on its way: the words of message.state. They are ranked by state_rank in
// the database and never go back.
type State string

// The states of an outbound text.
const (
	StateQueued      State = "queued"
	StateInflight    State = "inflight"
	StateAccepted    State = "accepted"
	StateSent        State = "sent"
	StateDelivered   State = "delivered"
	StateUndelivered State = "undelivered"
	StateFailed      State = "failed"
	StateSkipped     State = "skipped"
	StateCancelled   State = "cancelled"
	StateUnknown     State = "unknown"
	StateUnresolved  State = "unresolved"
)
