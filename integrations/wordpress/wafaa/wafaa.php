<?php
/**
 * Plugin Name:       Wafaa
 * Description:       Adds Wafaa's script to every page and passes WooCommerce orders on, signed.
 * Version:           1.0.0
 * Requires at least: 6.5
 * Requires PHP:      7.4
 * License:           Apache-2.0
 * License URI:       https://www.apache.org/licenses/LICENSE-2.0
 * Text Domain:       wafaa
 * Domain Path:       /languages
 *
 * @package Wafaa
 */

defined( 'ABSPATH' ) || exit;

const WAFAA_OPTION = 'wafaa_settings';

require_once __DIR__ . '/includes/settings.php';
require_once __DIR__ . '/includes/script.php';
require_once __DIR__ . '/includes/orders.php';

add_action(
	'init',
	function () {
		load_plugin_textdomain( 'wafaa', false, dirname( plugin_basename( __FILE__ ) ) . '/languages' );
	}
);

// Orders are read by WooCommerce's own functions only, so it does not matter which tables they lie in.
add_action(
	'before_woocommerce_init',
	function () {
		if ( class_exists( '\Automattic\WooCommerce\Utilities\FeaturesUtil' ) ) {
			\Automattic\WooCommerce\Utilities\FeaturesUtil::declare_compatibility( 'custom_order_tables', __FILE__, true );
		}
	}
);

/**
 * One setting, '' where nothing was saved.
 *
 * @param string $key address, write_key, hook or secret.
 * @return string
 */
function wafaa_setting( $key ) {
	$settings = get_option( WAFAA_OPTION, array() );
	return is_array( $settings ) && isset( $settings[ $key ] ) ? (string) $settings[ $key ] : '';
}
