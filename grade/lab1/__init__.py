"""The grader of lab 1, boot and paging."""
