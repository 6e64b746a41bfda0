"""A collection kept in step with the folders, feeds, sitemaps and pages that its articles come from."""
