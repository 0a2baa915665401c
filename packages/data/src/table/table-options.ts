import {
  anyOf,
  array,
  boolean,
  custom,
  documented,
  integer,
  maxBytesOption,
  number,
  object,
  oneOf,
  optional,
  refine,
  string,
} from '@adjoint/core/options';

const column = anyOf(string, integer);

/** What any table may be read with. */
export const tableFields = {
  target: documented(column, 'The column to predict: its name, or its number from 0.'),
  task: documented(
    oneOf('classification', 'regression'),
    'Classification numbers the classes of the target (int32 [rows]); regression takes its values (float32 [rows, 1]).',
  ),
  categorical: documented(optional(array(column), []), 'The columns whose values are names, not numbers.'),
  dates: documented(
    optional(array(column), []),
    'The columns of dates (ISO 8601), which become days since 1970-01-01 in UTC; float32 tells moments about 3 minutes apart.',
  ),
  missing: documented(optional(array(string), ['']), "Texts that stand for a missing value, such as '', 'NA', '?'."),
  fill: documented(
    optional(anyOf(number, oneOf('mean'))),
    'What takes the place of a missing number: the mean of its column, or a number. A missing category is a category of its own then. Missing values are refused if not given.',
  ),
};

/** The same with what only text needs, from text, from a file and by the dataset's name alike. */
export const csvFields = {
  ...tableFields,
  header: documented(
    optional(boolean),
    'Whether the first line holds the names of the columns; otherwise they are called 0, 1, …. If not given it must, and a first line of numbers is refused.',
  ),
  delimiter: documented(
    optional(
      refine(string, (text) => text.length === 1 && !/["\r\n]/.test(text), 'one character, no quote and no line end'),
      ',',
    ),
    'What separates fields.',
  ),
  encoding: documented(
    optional(string),
    "How the bytes of a file spell text: 'utf-8', 'utf-16le', 'latin1', …. A byte-order mark decides if not given, and UTF-8 without one.",
  ),
};

export const csvOptions = object(csvFields);
export const columnsOptions = object(tableFields);

/** What no file can hold: codes that are fixed beforehand, and a name for errors. */
const besides = {
  categories: optional(
    custom<Readonly<Record<string, readonly string[]>>>(
      (value) => typeof value === 'object' && value !== null && Object.values(value).every(Array.isArray),
      'lists of values by the names of columns',
    ),
  ),
  source: optional(string),
  maxBytes: maxBytesOption,
};

export const csvTableOptions = object({ ...csvFields, ...besides });
export const tableOptions = object({ ...tableFields, ...besides });
