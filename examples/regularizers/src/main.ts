// npm run example -- regularizers [-- --smoke | --full]
