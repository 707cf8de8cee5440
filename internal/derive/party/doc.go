// Package party tells which outside parties show in what runs (whose nodes, images, volume drivers, and whom data are sent
// to), and whose they are by the fingerprints of suppliers.
//
// Nothing is matched by a part of a name: an entry is a whole host, name or address, or a prefix that ends in a separator.
// Of several entries the most specific decides, so that a wide one hides nobody. An entry that takes in what anybody may
// use counts for nothing and is reported.
package party
