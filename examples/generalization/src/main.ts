// npm run example -- generalization [-- --smoke | --full]
