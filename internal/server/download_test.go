package server

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/internal/insight"
	"parley/web/ui"
)

// TestAFileThatBreaksIsNotTakenForAWholeOne: an error before the first byte becomes a page, one
// afterwards cuts the connection.
func TestAFileThatBreaksIsNotTakenForAWholeOne(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	s := &Server{Config: Config{Log: slog.New(slog.DiscardHandler)}}
	r := httptest.NewRequest("GET", "/transcripts.csv", nil)

	early := httptest.NewRecorder()
	err := s.sendCSV(early, r, "transcripts", func(io.Writer) error { return broken })
	if !errors.Is(err, broken) || len(early.Header()) > 0 {
		t.Errorf("an error before the first byte: %v with headers %v, want the error alone", err, early.Header())
	}

	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("an error after the first byte: %v, want the connection cut", v)
		}
	}()
	err = s.sendCSV(httptest.NewRecorder(), r, "transcripts", func(w io.Writer) error {
		_, err := io.WriteString(w, "a,b\n")
		return errors.Join(err, broken)
	})
	t.Errorf("an error after the first byte came back: %v", err)
}

func TestHowLongPeopleWaited(t *testing.T) {
	t.Parallel()
	for waited, want := range map[time.Duration]string{
		0: "0 s", 42 * time.Second: "42 s", 59_600 * time.Millisecond: "1 min 0 s", 380 * time.Second: "6 min 20 s",
		185 * time.Minute: "3 h 5 min", 47 * time.Hour: "47 h 0 min", 52 * time.Hour: "2 days 4 h",
	} {
		if got := lasted(waited); got != want {
			t.Errorf("%v is written %q, want %q", waited, got, want)
		}
	}
}

func TestALongChartOfDatesIsInWeeks(t *testing.T) {
	t.Parallel()
	wednesday := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	responded := func(days ...int) (r insight.Report) {
		for _, day := range days {
			r.Responses = append(r.Responses, insight.HourResponses{Hour: wednesday.AddDate(0, 0, day), People: 1})
			r.Responded++
		}
		return r
	}
	long := dateChart(responded(0, 4, 5, 92))
	if long.Column != "Week" || len(long.Bars) != 14 {
		t.Fatalf("93 days are %d bars, a %s each; want 14 weeks", len(long.Bars), long.Column)
	}
	first := []ui.ChartBar{{Label: "Jul 1", Long: "Week from Wednesday, July 1, 2026", Value: 2}, {Label: "Jul 6", Long: "Week from Monday, July 6, 2026", Value: 1}}
	if diff := cmp.Diff(first, long.Bars[:2]); diff != "" {
		t.Error("the first weeks (-want +got):\n" + diff)
	}
	if short := dateChart(responded(0, 91)); short.Column != "Date" || len(short.Bars) != 92 || short.Every != 7 {
		t.Errorf("92 days are %d bars, a %s each, every %d with its label; want 92 dates, every 7th", len(short.Bars), short.Column, short.Every)
	}
	if none := dateChart(responded()); len(none.Bars) != 0 || none.Takeaway != nobodyYet {
		t.Errorf("without responses there are %d bars: %q", len(none.Bars), none.Takeaway)
	}
}
