<?php
/**
 * What the plugin saved goes with it.
 *
 * @package Wafaa
 */

defined( 'WP_UNINSTALL_PLUGIN' ) || exit;

delete_option( 'wafaa_settings' );
