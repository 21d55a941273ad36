// Command parley is the whole program: `parley demo` on a laptop, `parley serve` in production, and
// what an operator types around it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	cli := cli{args: os.Args[1:], environ: os.Environ(), out: os.Stdout, err: os.Stderr}
	if err := cli.run(ctx); err != nil {
		fmt.Fprintln(os.Stderr, "parley: "+err.Error())
		stop()
		os.Exit(exitCode(err))
	}
}

// cli is one call of the program.
type cli struct {
	args    []string
	environ []string
	out     io.Writer // what was asked for
	err     io.Writer // logs, and what went wrong
}

// command is a verb of the command line.
type command struct {
	name, summary string
	run           func(cli, context.Context) error
}

func commands() []command {
	return []command{
		{"demo", "run everything on this machine: private Postgres, simulated phone network, a seeded university", cli.demo},
		{"serve", "run the program for production; settings are environment variables, see README", cli.serve},
		{"migrate", "bring the database to this version's shape and make the program's login", cli.migrate},
		{"check", "look for broken promises in a live database", cli.check},
		{"org add", "add an organization with its first administrator and its carrier account", cli.orgAdd},
		{"number add", "give an organization a phone number", cli.numberAdd},
	}
}

// errUsage means that the words of the command line are off; the exit code is 2.
var errUsage = errors.New("see parley help")

func exitCode(err error) int {
	if errors.Is(err, errUsage) {
		return 2
	}
	return 1
}

func (c cli) run(ctx context.Context) error {
	words := ""
	for n := 1; n <= 2 && n <= len(c.args); n++ {
		if words += " "; n == 1 {
			words = ""
		}
		words += c.args[n-1]
		for _, cmd := range commands() {
			if cmd.name == words {
				c.args = c.args[n:]
				return cmd.run(c, ctx)
			}
		}
	}
	if len(c.args) == 0 || c.args[0] == "help" || c.args[0] == "-h" || c.args[0] == "--help" {
		c.help()
		return nil
	}
	return fmt.Errorf("unknown command %q: %w", c.args[0], errUsage)
}

func (c cli) help() {
	fmt.Fprintln(c.out, "Parley: two-way texting for organizations.\n\nUsage: parley COMMAND [--help]")
	fmt.Fprintln(c.out)
	for _, cmd := range commands() {
		fmt.Fprintf(c.out, "  %-11s %s\n", cmd.name, cmd.summary)
	}
}
