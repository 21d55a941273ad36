// Package bot decides which answer of an organization's knowledge base a text
// asks for, and how sure that decision is.
//
// A [Model] is trained from nothing but the question variants of the knowledge
// base, in well under a second for a hundred answers, and needs no weights,
// service or network. The same knowledge always trains the same model, so a
// model is never stored: it is a function of the rows it came from.
//
// The package refuses to know what an answer says, who is asking, where the
// knowledge is kept and what is done with a decision. It does no input or
// output, reads no clock and keeps no state between calls.
package bot
