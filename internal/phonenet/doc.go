// Package phonenet is a simulated phone network: Twilio's HTTP on one side,
// handsets on the other.
//
// It lets Parley run without a carrier and without cost, and it is the judge
// of the send protocol: what it writes into its log is what "the carrier"
// really accepted, whatever answer the sender saw. Seeded faults make it cut,
// stall, refuse and lie in the ways a real network does.
//
// It refuses to know anything of the program that uses it: no type, constant
// or file is shared with the carrier client, so that a misunderstanding of
// Twilio's protocol cannot be made twice in the same way.
//
// The control endpoints and the page of handsets ask for no password. Serve a
// Network on a loopback address only.
package phonenet
