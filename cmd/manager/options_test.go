package main

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

func TestParse(t *testing.T) {
	for name, test := range map[string]struct {
		args []string
		want string // part of the error; empty: accepted
	}{
		"no flags are fine":                              {nil, ""},
		"metrics can be turned off":                      {[]string{"--metrics-bind-address=0"}, ""},
		"a heartbeat of a day is fine":                   {[]string{"--heartbeat=24h"}, ""},
		"a heartbeat below a minute is refused":          {[]string{"--heartbeat=10s"}, "minimum"},
		"a heartbeat without unit is refused":            {[]string{"--heartbeat=5"}, "heartbeat"},
		"an address without port is refused":             {[]string{"--metrics-bind-address=localhost"}, "--metrics-bind-address"},
		"a probe address without port is refused":        {[]string{"--health-probe-bind-address=8081"}, "--health-probe-bind-address"},
		"an unknown report API is refused":               {[]string{"--report-api=xml"}, "openreports"},
		"an unknown log format is refused":               {[]string{"--log-format=xml"}, "json, text"},
		"an unknown log level is refused":                {[]string{"--log-level=loud"}, "debug"},
		"an unknown flag is refused":                     {[]string{"--leader"}, "unknown flag"},
		"an argument that is no flag is refused":         {[]string{"start"}, "unexpected argument"},
		"every fault is told, not only the first of all": {[]string{"--log-level=loud", "--heartbeat=1s"}, "heartbeat"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := parse(test.args, &bytes.Buffer{})
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error is %v, want one with %q", err, test.want)
			}
		})
	}
}

func TestDefaultsAreSecure(t *testing.T) {
	o, err := parse(nil, &bytes.Buffer{})
	if err != nil {
		t.Fatal(err)
	}
	m := o.metrics()
	if !m.SecureServing || m.FilterProvider == nil {
		t.Error("metrics are served without TLS or to anybody")
	}
	if o.heartbeat != time.Hour {
		t.Errorf("heartbeat is %s", o.heartbeat)
	}
}

func TestAWrongCommandLineIsExitCodeTwo(t *testing.T) {
	err := run(t.Context(), []string{"--heartbeat=1s"}, &bytes.Buffer{}, &bytes.Buffer{})
	if exitCode(err) != 2 {
		t.Errorf("exit code of %v is %d", err, exitCode(err))
	}
	err = run(t.Context(), []string{"--kubeconfig=/nonexistent/config"}, &bytes.Buffer{}, &bytes.Buffer{})
	if err == nil || exitCode(err) != 1 {
		t.Errorf("exit code of %v is %d", err, exitCode(err))
	}
}

func TestVersionIsPrinted(t *testing.T) {
	var out bytes.Buffer
	if err := run(t.Context(), []string{"--version"}, &out, &bytes.Buffer{}); err != nil || strings.TrimSpace(out.String()) != version {
		t.Errorf("printed %q, error %v", out.String(), err)
	}
}
