"""What stands behind car times: where places meet the roads, the engines, the drives they find."""
