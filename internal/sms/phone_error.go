package sms

// PhoneProblem groups the reasons why a text is not a phone number, so that rows with
// the same one can be shown together.
type PhoneProblem uint8

const (
	NoPhone         PhoneProblem = iota + 1 // nothing is written
	NotAPhone                               // something else is: a word, an address
	PhoneTooShort                           // digits are missing
	PhoneTooLong                            // there are too many digits
	ImpossiblePhone                         // the right length, but no number begins like this
	PhoneDamaged                            // a spreadsheet rounded the digits away
	PhoneExtension                          // a number with an extension, which no text reaches
	SeveralPhones                           // more than one number
	UnknownCountry                          // no or no known country code
)

// String returns a short heading for the problem.
func (p PhoneProblem) String() string {
	switch p {
	case NoPhone:
		return "No number"
	case NotAPhone:
		return "Not a phone"
	case PhoneTooShort:
		return "Number too short"
	case PhoneTooLong:
		return "Number too long"
	case ImpossiblePhone:
		return "Not a possible number"
	case PhoneDamaged:
		return "Shortened by a spreadsheet"
	case PhoneExtension:
		return "Has an extension"
	case SeveralPhones:
		return "More than one number"
	case UnknownCountry:
		return "Unknown country"
	}
	return "Unknown problem"
}

// PhoneError says why a text is not a phone number.
type PhoneError struct {
	Problem PhoneProblem
	Reason  string // a sentence for the person who can correct the row
}

// Error returns the sentence for the person who can correct the row.
func (e *PhoneError) Error() string { return e.Reason }
