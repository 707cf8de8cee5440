// Package region knows places and dated law: which country a provider's region
// or zone lies in, which countries are in the EU and the EEA, which adequacy
// decisions are in force when, and which of all this a solution allows.
//
// The facts are embedded tables (data/*.csv, each with its caveats on top). A
// region code means something only together with its provider, so every lookup
// takes the pair. What is not in a table is unknown, and unknown is never
// allowed. Letters in a code say nothing about the country.
//
// # Places
//
// [Tables.Lookup] answers for what a node or a storage location says about
// itself. A zone overrides its region's country where the zone table says so
// (local zones of aws may lie abroad). If region and zone contradict each other,
// the place may be in any of the countries of both.
//
// # Label values
//
// A pod template does not know which provider its node will come from. Therefore
// [Allowed.Region] and [Allowed.Zone] hold for a value only if at least one of
// the providers that the Platform lists knows it and the place is allowed at each
// of them that does: eu-west-1 is in Ireland at one provider and in the United
// Kingdom at another. If the Platform lists none, every provider of the tables
// counts.
//
// All values are immutable once made; slices that they return are shared and
// must not be changed.
package region
