// Package sms knows what a text message is: how it is cut into segments and what
// that costs, which phone numbers can receive it and in which time zone they ring,
// how its merge fields are filled in, and what a short reply means (an opt-out, a
// request for help, a yes, a no).
//
// Everything here is a function of its arguments. The package refuses to know
// organizations, contacts, campaigns, the database and the carrier: it says that a
// reply asks for silence, it does not silence anybody.
package sms
