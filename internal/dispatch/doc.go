// Package dispatch brings queued texts to the carrier, and what became of them back.
//
// It keeps two promises through crashes of any process and any answer of the carrier: nobody is
// texted twice because of us, and nobody is texted after their STOP is stored. The carrier offers no
// idempotency key, so each text goes through five steps:
//
//	materialise  a row of message in state queued, written by whoever has something to say
//	claim        one short transaction marks it inflight and writes an attempt with a random token:
//	             the intent to post, made durable before anything leaves the program
//	check        the claim is young, its phone has not said STOP, its campaign was not paused
//	post         the carrier hears the token, which its status callbacks repeat
//	record       the outcome, guarded by the token
//
// A text whose outcome was not seen is unknown, never sent again by itself: Settle, fed by status
// callbacks, and the reconciler, which reads the carrier's list, look for evidence of it.
// Callbacks that met no living process do not come again: a text that was accepted and has had no news
// for a while is asked for by its SID, and settled by the same rule.
//
// The package refuses to know what a text says or why it was queued, who the carrier is, and what a
// page shows.
package dispatch
