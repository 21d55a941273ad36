package knowledge

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"parley/internal/postgres"
)

// talk is a conversation as testdata writes it: "> " what the person texts, "< " what the bot says,
// with the answer's title before a colon, "< (person)" when it hands over or does not know, and
// "< (silence)". "clarify" on a line of its own switches asking back on.
type talk struct {
	o     *org
	last  AnswerID
	asked []AnswerID
}

func (s *talk) say(text string) string {
	s.o.t.Helper()
	var r Reply
	err := s.o.db.Org(s.o.t.Context(), s.o.id, func(tx *postgres.Tx) (err error) {
		r, err = s.o.library.Answer(s.o.t.Context(), tx, Question{Text: text, Last: s.last, Asked: s.asked})
		return err
	})
	if err != nil {
		s.o.t.Fatal(err)
	}
	if r.Kind != SmallTalk {
		s.last, s.asked = r.AnswerID, r.Offered
	}
	switch {
	case r.Kind == Unknown || r.Kind == AskedForPerson:
		return "(person)"
	case r.Text == "":
		return "(silence)"
	}
	return strings.ReplaceAll(r.Text, "\n", " / ")
}

func TestTranscripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 4 {
		t.Fatalf("%d transcripts, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			o := newOrg(t)
			o.teachCampus()
			o.teach("When is the gym open?", "The gym: 6 to 11, weekends 8 to 8.", "gym hours\nis the gym open on weekends\nwhen does the gym close\ngym on sunday\nworkout hours")
			o.save(Draft{Title: "¿Cuándo abre la biblioteca?", Text: "Hasta la medianoche.", Language: "es", Enabled: true,
				Variants: "horario de la biblioteca\na que hora cierra la biblioteca\nesta abierta la biblioteca\nla biblioteca los domingos"})
			o.save(Draft{Title: "¿Dónde me estaciono?", Text: "El lote C es gratis.", Language: "es", Enabled: true,
				Variants: "estacionamiento\npermiso de estacionamiento\ndonde dejo mi coche\nhay estacionamiento gratis"})
			o.play(string(text))
		})
	}
}

func (o *org) play(transcript string) {
	o.t.Helper()
	s := &talk{o: o}
	said := ""
	for line := range strings.Lines(transcript) {
		line = strings.TrimSpace(line)
		switch {
		case line == "clarify":
			if err := o.SetClarify(o.t.Context(), true); err != nil {
				o.t.Fatal(err)
			}
		case line == "---":
			s.last, s.asked = 0, nil
		case strings.HasPrefix(line, "> "):
			said = s.say(line[2:])
		case strings.HasPrefix(line, "< "):
			if said != line[2:] {
				o.t.Errorf("the bot says %q, want %q", said, line[2:])
			}
		}
	}
}
