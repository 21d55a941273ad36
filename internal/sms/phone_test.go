package sms_test

import (
	"errors"
	"testing"

	"parley/internal/sms"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"
)

func TestParsePhoneReadsAnySpelling(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		country string
		texts   []string
		want    sms.Phone
	}{
		{"US", []string{
			"2085550173", "208-555-0173", "(208) 555-0173", "208.555.0173", "208/555-0173", "208 555 0173", "1-208-555-0173",
			"12085550173", "+12085550173", "+1 (208) 555-0173", "(+1) 208 555 0173", "001 208 555 0173", "011 1 208 555 0173",
			"２０８－５５５－０１７３", "٢٠٨٥٥٥٠١٧٣", "208–555–0173", "208\u00A0555\u00A00173", "\u202A+1 208 555 0173\u202C",
			"'2085550173", `"2085550173"`, `="2085550173"`, "2085550173.0", "12085550173.00", "2.085550173E+09", "1,208,555,0173",
			"tel:+1-208-555-0173", "Cell: 208-555-0173", "c: 208-555-0173", "208-555-0173 (cell)", "  208-555-0173\n", "208\n555-0173",
		}, "+12085550173"},
		{"CA", []string{"(416) 555-0123", "+1 416 555 0123"}, "+14165550123"},
		{"US", []string{"+48 22 555 01 73", "0048 22 555 01 73", "011 48 22 555 01 73", "+48 (22) 555-01-73"}, "+48225550173"},
		{"PL", []string{"22 555 01 73", "48225550173", "+48225550173"}, "+48225550173"},
		{"GB", []string{"07700 900123", "+44 (0)7700 900123", "00447700900123", "7700900123"}, "+447700900123"},
		{"US", []string{"+52 55 1234 5678", "+52 1 55 1234 5678"}, "+525512345678"},
		{"MX", []string{"55 1234 5678"}, "+525512345678"},
		{"IT", []string{"06 698 12345", "+39 06 698 12345"}, "+390669812345"},
		{"", []string{"+1 208 555 0173"}, "+12085550173"},
	} {
		for _, text := range tc.texts {
			if got, err := sms.ParsePhone(text, tc.country); err != nil || got != tc.want {
				t.Errorf("ParsePhone(%q, %s) = %q, %v, want %q", text, tc.country, got, err, tc.want)
			}
		}
	}
}

func TestParsePhoneSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		text, country string
		problem       sms.PhoneProblem
		reason        string
	}{
		{"", "US", sms.NoPhone, "There is no phone number in this row."},
		{" - ", "US", sms.NoPhone, "There is no phone number in this row."},
		{"+", "US", sms.NoPhone, "There is no phone number in this row."},
		{"n/a", "US", sms.NotAPhone, "This is a word, not a phone number."},
		{"home", "US", sms.NotAPhone, "This is a word, not a phone number."},
		{"see file", "US", sms.NotAPhone, "These are words, not a phone number."},
		{"ada2@example.edu", "US", sms.NotAPhone, "This is an e-mail address, not a phone number."},
		{"1-800-FLOWERS", "US", sms.NotAPhone, "There are letters in it. Write a phone number with digits only."},
		{"2O8-555-0173", "US", sms.NotAPhone, "There are letters in it. Write a phone number with digits only."},
		{"*67 208 555 0173", "US", sms.NotAPhone, "There is a * in it. Write a phone number with digits only."},
		{"208+5550173", "US", sms.NotAPhone, "The + belongs before the first digit."},
		{"208-555-17", "US", sms.PhoneTooShort, "The number has 8 digits. A US number has 10."},
		{"208555017.0", "US", sms.PhoneTooShort, "The number has 9 digits. A US number has 10."},
		{"1-208-555-017", "US", sms.PhoneTooShort, "The number has 9 digits after the 1. A US number has 10."},
		{"7", "US", sms.PhoneTooShort, "The number has 1 digit. A US number has 10."},
		{"+1 208 555", "PL", sms.PhoneTooShort, "Too short for a number in the United States."},
		{"+48 22 555 01", "US", sms.PhoneTooShort, "Too short for a number in Poland."},
		{"22 555 01", "PL", sms.PhoneTooShort, "The number has 7 digits. A number in Poland has 9."},
		{"416 555", "CA", sms.PhoneTooShort, "The number has 6 digits. A number in Canada has 10."},
		{"+4", "US", sms.PhoneTooShort, "The number has 1 digit. That is too short for any country."},
		{"22085550173", "US", sms.PhoneTooLong, "The number has 11 digits. A US number has 10."},
		{"208-555-0173/0174", "US", sms.PhoneTooLong, "The number has 14 digits. A US number has 10."},
		{"1234567890123456789", "US", sms.PhoneTooLong, "The number has 19 digits. No phone number has more than 15."},
		{"+48 22 555 01 73 9", "US", sms.PhoneTooLong, "Too long for a number in Poland."},
		{"008 555 0173", "US", sms.ImpossiblePhone, "A US area code cannot begin with 0."},
		{"911-555-0173", "US", sms.ImpossiblePhone, "911 is not an area code."},
		{"208-155-0173", "US", sms.ImpossiblePhone, "A US number cannot have a 1 after its area code."},
		{"00000000000", "GB", sms.ImpossiblePhone, "No number in the United Kingdom begins like this."},
		{"2.08555E+09", "US", sms.PhoneDamaged, "A spreadsheet shortened this number to 2.08555E+09. Format its column as text and fill it in again."},
		{"208-555-0173 x12", "US", sms.PhoneExtension, "This number has the extension 12. An extension cannot receive texts."},
		{"(208) 555-0173 ext. 5", "US", sms.PhoneExtension, "This number has the extension 5. An extension cannot receive texts."},
		{"208-555-0173 / 208-555-0138", "US", sms.SeveralPhones, "There are 2 phone numbers in this row. Keep one."},
		{"208-555-0173 or 208-555-0138", "US", sms.SeveralPhones, "There are 2 phone numbers in this row. Keep one."},
		{"+999 123 4567", "US", sms.UnknownCountry, "No country has the code that this number begins with."},
		{"+800 1234 5678", "US", sms.UnknownCountry, "Numbers that begin with +800 belong to no country and receive no texts."},
		{"208-555-0173", "", sms.UnknownCountry, "The number has no country code. Begin it with + and the code."},
	} {
		got, err := sms.ParsePhone(tc.text, tc.country)
		var e *sms.PhoneError
		if !errors.As(err, &e) {
			t.Errorf("ParsePhone(%q, %s) = %q, %v, want a PhoneError", tc.text, tc.country, got, err)
			continue
		}
		if got != "" || e.Problem != tc.problem || e.Error() != tc.reason {
			t.Errorf("ParsePhone(%q, %s) = %q, %v: %s\nwant %v: %s", tc.text, tc.country, got, e.Problem, e, tc.problem, tc.reason)
		}
	}
}

// spellings draws phone-like texts, most of them close to right.
func spellings() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`\+?1?[ .-]?\(?[1-9][0-9]{2}\)?[ .-]?[0-9]{3}[ .-]?[0-9]{4}(\.0)?`),
		rapid.StringMatching(`[+0-9 ().-]{8,18}`),
		rapid.StringMatching(`[0-9]{7,12}(\.00?)?`),
	)
}

func TestParsePhoneFastPathEqualsTheLibrary(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := spellings().Draw(t, "text")
		fast, ok := sms.ParseUSPhone(text)
		slow, err := sms.ParsePhoneByLibrary(text, "US")
		if ok && (err != nil || slow != fast) {
			t.Fatalf("%q: fast path %q, library %q, %v", text, fast, slow, err)
		}
		if !ok || endsInZeroFraction(text) {
			return
		}
		n, err := phonenumbers.Parse(text, "US")
		if err != nil || phonenumbers.Format(n, phonenumbers.E164) != string(fast) {
			t.Fatalf("%q: fast path %q, phonenumbers %v, %v", text, fast, n, err)
		}
	})
}

func endsInZeroFraction(text string) bool {
	return len(text) > 2 && text[len(text)-2:] == ".0"
}

func TestParsePhoneReadsItsOwnOutput(t *testing.T) {
	t.Parallel()
	country := rapid.SampledFrom([]string{"US", "CA", "PL", "GB", "MX", "DE", "FR", "AU", "IN", "BR"})
	rapid.Check(t, func(t *rapid.T) {
		home := country.Draw(t, "home")
		p, err := sms.ParsePhone(rapid.OneOf(spellings(), rapid.String()).Draw(t, "text"), home)
		if err != nil {
			return
		}
		if !sms.IsE164(string(p)) {
			t.Fatalf("%q is not E.164", p)
		}
		elsewhere := country.Draw(t, "elsewhere")
		if n, err := phonenumbers.Parse(string(p), ""); err == nil && phonenumbers.IsValidNumber(n) {
			if again, err := sms.ParsePhone(p.Format(home), home); err != nil || again != p {
				t.Fatalf("ParsePhone(%q, %s) = %q, %v, want %q", p.Format(home), home, again, err, p)
			}
		}
		if again, err := sms.ParsePhone(string(p), elsewhere); err != nil || again != p {
			t.Fatalf("ParsePhone(%q, %s) = %q, %v", p, elsewhere, again, err)
		}
	})
}

func TestPhoneFormatIsForPeople(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		phone   sms.Phone
		country string
		want    string
	}{
		{"+12085550173", "US", "(208) 555-0173"},
		{"+14165550123", "US", "(416) 555-0123"},
		{"+12085550173", "PL", "+1 208-555-0173"},
		{"+48225550173", "PL", "22 555 01 73"},
		{"+48225550173", "US", "+48 22 555 01 73"},
		{"+48225550173", "", "+48 22 555 01 73"},
		{"12345", "US", "12345"},
		{"", "US", ""},
	} {
		if got := tc.phone.Format(tc.country); got != tc.want {
			t.Errorf("%q.Format(%q) = %q, want %q", tc.phone, tc.country, got, tc.want)
		}
	}
}

func TestIsE164(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"+12085550173": true, "+1234567": true, "+123456789012345": true,
		"12085550173": false, "+0208555017": false, "+123456": false, "+1234567890123456": false, "+1208555017a": false, "": false, "+": false,
	} {
		if got := sms.IsE164(text); got != want {
			t.Errorf("IsE164(%q) = %v", text, got)
		}
	}
}

func BenchmarkParsePhone(b *testing.B) {
	for _, bc := range []struct{ name, text, country string }{
		{"US", "(208) 555-0173", "US"},
		{"abroad", "+48 22 555 01 73", "US"},
		{"short", "208-555-17", "US"},
		{"word", "n/a", "US"},
	} {
		b.Run(bc.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = sms.ParsePhone(bc.text, bc.country)
			}
		})
	}
}
