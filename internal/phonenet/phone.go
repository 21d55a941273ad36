package phonenet

import "strings"

// isE164 tells whether the network can route to a phone number: a plus sign
// and 7 to 15 digits without a leading zero (ITU-T E.164). A number of the
// North American plan has ten digits after +1 and an area code from 2 up.
func isE164(phone string) bool {
	digits, ok := strings.CutPrefix(phone, "+")
	if !ok || len(digits) < 7 || len(digits) > 15 || digits[0] == '0' {
		return false
	}
	for i := range len(digits) {
		if digits[i] < '0' || digits[i] > '9' {
			return false
		}
	}
	return digits[0] != '1' || len(digits) == 11 && digits[1] >= '2'
}

// national writes a number the way people of its country read it.
func national(phone string) string {
	if d, ok := strings.CutPrefix(phone, "+1"); ok && len(d) == 10 {
		return "(" + d[:3] + ") " + d[3:6] + "-" + d[6:]
	}
	return phone
}
