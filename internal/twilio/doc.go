// Package twilio is the only one that knows Twilio's names.
//
// Outwards, a Client posts texts, reads the list of what was sent, and rents phone numbers, each with
// the credentials of the organization that asks, which a Vault keeps sealed. It sees what the library
// for Go hides: whether any byte of a request left, what was answered when the answer is no JSON. So
// it says of each text what is known, and never more. It repeats nothing by itself.
//
// Inwards, Webhooks takes inbound texts and statuses, if they are signed with a token of the account
// that owns the number, and answers only when they are stored.
//
// The package refuses to know what a text means and what follows from an outcome.
package twilio
