// Command bench measures parts of Parley and prints one figure a line:
//
//	figure NAME VALUE UNIT
//
// Lines that start with "#" are remarks. Run it with the name of a benchmark
// and that benchmark's flags, as in "bench bot -data ../shared/data" or
// "bench pages -size 100000". Every benchmark but the bot's works on a Postgres of its own, which
// syncs each commit to disk, with rows it has made up; what it is compared with, it measures in the
// same run. It knows the program from outside, as browsers and the carrier do, and from the verbs of
// signed-in people; what is too much to be done by verbs it writes as rows.
package main

import (
	"fmt"
	"io"
	"os"
	"slices"
)

// benchmarks are the subcommands. Each reads its own flags and prints figures.
var benchmarks = map[string]func(args []string, out io.Writer) error{
	"bot":     benchBot,
	"pages":   onStage(benchPages),
	"launch":  onStage(benchLaunch),
	"archive": onStage(benchArchive),
	"inbound": onStage(benchInbound),
	"send":    onStage(benchSend),
	"import":  onStage(benchImport),
	// One after the other on one database. The bot needs data of others and is not among them.
	"all": onStage(benchPages, benchLaunch, benchArchive, benchInbound, benchSend, benchImport),
}

func main() {
	if err := run(os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(args []string, out io.Writer) error {
	if len(args) > 0 {
		if bench, ok := benchmarks[args[0]]; ok {
			return bench(args[1:], out)
		}
	}
	var names []string
	for name := range benchmarks {
		names = append(names, name)
	}
	slices.Sort(names)
	return fmt.Errorf("choose a benchmark: one of %v", names)
}

// figure prints one measured value.
func figure(out io.Writer, name string, value float64, unit string) {
	format := "figure %s %.4g %s\n"
	if value >= 1000 {
		format = "figure %s %.0f %s\n" // no exponents
	}
	fmt.Fprintf(out, format, name, value, unit)
}

// remark prints a line that explains the figures below it.
func remark(out io.Writer, format string, args ...any) {
	fmt.Fprintf(out, "# "+format+"\n", args...)
}
