package sms

import "strings"

// ParseUSPhone is the fast path of ParsePhone.
var ParseUSPhone = parseUSPhone

// ParsePhoneByLibrary is ParsePhone without its fast path.
func ParsePhoneByLibrary(text, country string) (Phone, error) {
	d, err := readDialed(text)
	if err != nil {
		return "", err
	}
	return d.resolve(country)
}

// ZIPRange is a row of the table behind ZoneOfZIP.
type ZIPRange struct{ First, Last string }

// ZIPRanges lists the rows of the table behind ZoneOfZIP.
func ZIPRanges() []ZIPRange {
	var ranges []ZIPRange
	for _, r := range zipZones {
		ranges = append(ranges, ZIPRange{r.first, r.last})
	}
	return ranges
}

// AllZones lists every zone that ParseZone and ZoneOfZIP can return.
func AllZones() []string {
	var zones []string
	for _, table := range []map[string]string{ianaZones, colloquialZones, distantIslands} {
		for _, zone := range table {
			zones = append(zones, zone)
		}
	}
	for zone := range usZones {
		zones = append(zones, zone)
	}
	return zones
}

// NormalReply is the form of a reply that the rules on consent are applied to.
var NormalReply = normalReply

// AmbiguousWords lists the words that stand in two rows of a table of replies, where
// the order of a map would decide between them.
func AmbiguousWords() []string {
	var twice []string
	seen := make(map[string]bool)
	check := func(table, entry string) {
		if key := table + entry; seen[key] {
			twice = append(twice, entry)
		} else {
			seen[key] = true
		}
	}
	for _, spellings := range spellingRows {
		for w := range wordSet(spellings) {
			check("spelling ", w)
		}
	}
	for _, phrases := range answerRows {
		row := make(map[string]bool)
		for phrase := range strings.SplitSeq(phrases, ",") {
			row[strings.Join(strings.Fields(phrase), " ")] = true
		}
		for phrase := range row {
			check("answer ", phrase)
		}
	}
	return twice
}

// Patterns lists the patterns that replies are read with.
func Patterns() []pattern {
	all := []pattern{quotedInstruction, undoings, decoys, joy, questions, pauses, shoutedStop, firmStops, endings, wrongRecipient,
		maybes, signature, afterAnswer, spanishPast, numberSign, ellipsis}
	for _, r := range requests {
		all = append(all, r.head)
	}
	for _, i := range replyIdioms {
		all = append(all, i.pattern)
	}
	return all
}

// Compile is the way to a pattern.
var Compile = compile

// Expression is the pattern's regular expression.
func (p pattern) Expression() string { return p.re.String() }

// Pieces are what the pattern looks for before it tries to match.
func (p pattern) Pieces() (texts []string) {
	for _, piece := range p.pieces {
		texts = append(texts, piece.text)
	}
	return texts
}
