// A module of its own, which acts when it is loaded: bundlers may put the body of a CommonJS package behind whatever is
// imported beside it, and tsyringe refuses to load before this.
import 'reflect-metadata/lite';
