package main

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"
	"github.com/spf13/pflag"

	"github.com/tilsyn-dev/tilsyn/internal/publish/report"
)

// options of the command line.
type options struct {
	kubeconfig string

	metricsAddress, probeAddress string
	metricsSecure                bool
	metricsCertificates          string

	leaderElect    bool
	leaseNamespace string

	heartbeat time.Duration
	reportAPI string

	logFormat, logLevel string
	version             bool
}

const heartbeatMin = time.Minute

// parse reads the command line and refuses values that make no sense. Help is written to errOut.
func parse(args []string, errOut io.Writer) (*options, error) {
	o := &options{}
	fs := pflag.NewFlagSet("manager", pflag.ContinueOnError)
	fs.SetOutput(errOut)
	fs.SortFlags = false
	fs.StringVar(&o.kubeconfig, "kubeconfig", "", "file that says how to reach the cluster; empty: the pod's service account, else $KUBECONFIG")
	fs.StringVar(&o.metricsAddress, "metrics-bind-address", ":8443", "address of the metrics; 0 turns them off")
	fs.BoolVar(&o.metricsSecure, "metrics-secure", true, "serve metrics over TLS and only to those whom the API server lets GET /metrics; false: plain HTTP to everybody")
	fs.StringVar(&o.metricsCertificates, "metrics-cert-dir", "", "directory with tls.crt and tls.key of the metrics; empty: a certificate made at start")
	fs.StringVar(&o.probeAddress, "health-probe-bind-address", ":8081", "address of /healthz and /readyz; 0 turns them off")
	fs.BoolVar(&o.leaderElect, "leader-elect", false, "wait to be elected before writing; needed with more than one replica")
	fs.StringVar(&o.leaseNamespace, "leader-election-namespace", "", "namespace of the lease; empty: the pod's own, else tilsyn-system")
	fs.DurationVar(&o.heartbeat, "heartbeat", time.Hour, "longest time after which an unchanged status is refreshed, at least 1m")
	fs.StringVar(&o.reportAPI, "report-api", "openreports", "API of reports where the cluster serves both: openreports or policyreport")
	fs.StringVar(&o.logFormat, "log-format", "json", "json or text")
	fs.StringVar(&o.logLevel, "log-level", "info", "debug, info, warn or error")
	fs.BoolVar(&o.version, "version", false, "print the version and exit")
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("unexpected argument %q; all settings are flags, see --help", fs.Arg(0))
	}
	return o, o.check()
}

func (o *options) check() error {
	errs := []error{
		checkAddress("metrics-bind-address", o.metricsAddress),
		checkAddress("health-probe-bind-address", o.probeAddress),
		oneOf("log-format", o.logFormat, "json", "text"),
		oneOf("log-level", o.logLevel, "debug", "info", "warn", "error"),
	}
	if o.heartbeat < heartbeatMin {
		errs = append(errs, fmt.Errorf("--heartbeat %s is below the minimum of %s", o.heartbeat, heartbeatMin))
	}
	if err := report.CheckName(o.reportAPI); err != nil {
		errs = append(errs, fmt.Errorf("--report-api: %w", err))
	}
	return errors.Join(errs...)
}

func checkAddress(flag, address string) error {
	if address == "0" {
		return nil
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return fmt.Errorf("--%s %q is not an address such as :8443 or 127.0.0.1:8443 (0 turns it off)", flag, address)
	}
	return nil
}

func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return fmt.Errorf("--%s %q is unknown, use one of %s", flag, value, strings.Join(allowed, ", "))
}

// logger writes structured logs.
func (o *options) logger(w io.Writer) logr.Logger {
	levels := map[string]slog.Level{"debug": slog.LevelDebug, "info": slog.LevelInfo, "warn": slog.LevelWarn, "error": slog.LevelError}
	settings := &slog.HandlerOptions{Level: levels[o.logLevel]}
	if o.logFormat == "text" {
		return logr.FromSlogHandler(slog.NewTextHandler(w, settings))
	}
	return logr.FromSlogHandler(slog.NewJSONHandler(w, settings))
}
